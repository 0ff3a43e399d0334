/** The place a secret belongs to. A ciphertext moved to another place does not open. */
export type SecretContext = { space: string; row: string; field: string };
