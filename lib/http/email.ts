import * as v from "valibot";
import { isEmail } from "../ids.ts";
import { Text } from "./body.ts";

/** A person's address, as it is kept: in lower case, and only once it is known to be an address. */
export const PersonEmail = v.pipe(v.string(), v.check(isEmail, "must be an email address"), v.toLowerCase());

/** The same, as it is typed. */
export const TypedEmail = v.pipe(
  Text,
  v.trim(),
  v.maxLength(254, "must have at most 254 characters"),
  v.check(isEmail, "must be an email address, such as jenny@example.com"),
  v.toLowerCase(),
);
