/** The one account of the embedded cloud, and the ARNs that follow from it and the template. */
export const ACCOUNT_ID = '000000000000';
export const ROOT_ARN = `arn:aws:iam::${ACCOUNT_ID}:root`;
export const APP_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/AppRole`;
export const ERASER_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/EraserRole`;
