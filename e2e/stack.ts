/** The ports of the stack that all tests share; a test that switches the server off starts one of its own. */
export const stackPorts = { app: 4310, cloud: 4390 };
