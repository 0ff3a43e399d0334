/** The one clock. Times in the tables are ISO 8601 in UTC with milliseconds, which sort as text. */
export const now = (): Date => new Date();

export const iso = (time: Date): string => time.toISOString();

/** Stripe's times are seconds since the epoch. */
export const fromSeconds = (seconds: number): Date => new Date(seconds * 1000);

export const toSeconds = (time: Date): number => Math.floor(time.getTime() / 1000);

/** `time` moved by `ms` milliseconds. */
export const after = (time: Date, ms: number): Date => new Date(time.getTime() + ms);

/** As people read it: `2026-11-23 14:02:07 UTC`. @param time ISO 8601 */
export const toSecond = (time: string): string => `${time.slice(0, 19).replace("T", " ")} UTC`;

/** The same to the minute: `2026-11-23 14:02 UTC`. @param time ISO 8601 */
export const toMinute = (time: string): string => `${time.slice(0, 16).replace("T", " ")} UTC`;

/** As a mail has it: `November 23, 2026 at 2:02 PM UTC`, since nobody knows where it is read. */
export const inWords = (time: Date): string =>
  `${new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(time)} UTC`;
