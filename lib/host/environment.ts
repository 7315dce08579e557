/** Environment variables as we pass them on. (Next narrows `NodeJS.ProcessEnv` to one that must name `NODE_ENV`.) */
export type Environment = Record<string, string | undefined>;
