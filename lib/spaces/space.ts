/** A Space's rows in the settings share this partition. */
export const spaceKey = (space: string): string => `SPACE#${space}`;

/** The sort key of the row of the Space itself; it holds the secrets of the endpoints registered for the Space. */
export const SPACE_ROW = "SPACE";
