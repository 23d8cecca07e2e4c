/** How long a chosen password is, in characters; the form and the server hold to the same. */
export const PASSWORD_LENGTH = { min: 8, max: 200 } as const;
