import { createHmac } from "node:crypto";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import {
  parseSignature,
  signatureHeader,
  signerOf,
  TOLERANCE_S,
} from "../../../lib/stripe_events/signature.ts";
import { nowS, sign, signatureOf } from "../../support/events.ts";

const secret = "whsec_0123456789abcdef";
const body = Buffer.from('{"id":"evt_1"}');
const v1 = (t: number | string, key = secret): string => signatureOf(body, key, t);

const verifies = (header: string | undefined, secrets = [secret], bytes = body): boolean => {
  const signature = parseSignature(header);
  return typeof signature === "object" && signerOf(secrets, signature, bytes) !== undefined;
};

describe("a signature is accepted", () => {
  const t = nowS();
  it.each([
    ["as Stripe makes it", `t=${t},v1=${v1(t)}`],
    ["as we make it for what we post to ourselves", signatureHeader(String(body), secret)],
    ["with the v0 that test mode adds", `t=${t},v1=${v1(t)},v0=${"0".repeat(64)}`],
    ["when any of several v1 fits", `t=${t},v1=${v1(t, "whsec_new")},v1=${v1(t)}`],
    ["when another v1 is malformed", `t=${t},v1=,v1=nonsense,v1=${v1(t)}`],
    ["with the elements in another order", `v1=${v1(t)},t=${t}`],
    ["from 300 s ago less the time this takes", `t=${t - TOLERANCE_S + 5},v1=${v1(t - TOLERANCE_S + 5)}`],
    ["from a clock 300 s ahead", `t=${t + TOLERANCE_S},v1=${v1(t + TOLERANCE_S)}`],
  ])("%s", (_, header) => {
    expect(verifies(header)).toBe(true);
  });

  it("as Stripe's own library makes it", () => {
    const header = new Stripe("sk_test_x").webhooks.generateTestHeaderString({
      payload: body.toString(),
      secret,
    });
    expect(verifies(header)).toBe(true);
  });

  it("by either of two live secrets, and is told by which", () => {
    for (const secret of ["whsec_old", "whsec_new"]) {
      const signature = parseSignature(sign(body, secret));
      expect(typeof signature === "object" && signerOf(["whsec_new", "whsec_old"], signature, body)).toBe(
        secret,
      );
    }
  });
});

describe("a signature is refused", () => {
  const t = nowS();
  const good = v1(t);
  it.each([
    ["missing", undefined],
    ["empty", ""],
    ["not a list of elements", "nonsense"],
    ["without t", `v1=${good}`],
    ["with an empty t", `t=,v1=${good}`],
    ["with two t", `t=${t},t=${t},v1=${good}`],
    ["with a t that is a number and more", `t=${t}abc,v1=${v1(`${t}abc`)}`],
    ["with a zero before its t", `t=0${t},v1=${v1(`0${t}`)}`],
    ["with more after its v1", `t=${t},v1=${good}=x`],
    ["with a negative t", `t=-${t},v1=${v1(`-${t}`)}`],
    ["with a fraction as t", `t=${t}.5,v1=${v1(`${t}.5`)}`],
    ["with t in milliseconds", `t=${t}000,v1=${v1(`${t}000`)}`],
    ["with t in hex", `t=0x${t.toString(16)},v1=${good}`],
    ["from too long ago", `t=${t - TOLERANCE_S - 1},v1=${v1(t - TOLERANCE_S - 1)}`],
    ["from too far in the future", `t=${t + TOLERANCE_S + 5},v1=${v1(t + TOLERANCE_S + 5)}`],
    ["without v1", `t=${t}`],
    ["with an empty v1", `t=${t},v1=`],
    ["with only a v0", `t=${t},v0=${good}`],
    ["with a v1 that is too short", `t=${t},v1=${good.slice(0, 63)}`],
    ["with a v1 that is too long", `t=${t},v1=${good}0`],
    ["with a v1 that is no hex", `t=${t},v1=${"z".repeat(64)}`],
    ["with one digit changed", `t=${t},v1=${good.slice(0, 63)}${good.endsWith("0") ? "1" : "0"}`],
    ["with a v1 of another time", `t=${t},v1=${v1(t - 1)}`],
    ["made with another secret", `t=${t},v1=${v1(t, "whsec_other")}`],
    ["made with the secret less its prefix", `t=${t},v1=${v1(t, secret.replace("whsec_", ""))}`],
    ["made over the body alone", `t=${t},v1=${createHmac("sha256", secret).update(body).digest("hex")}`],
    ["with spaces around its elements", ` t = ${t} , v1 = ${good}`],
    ["longer than any header of Stripe's", `t=${t},v1=${good}${",v0=0".repeat(500)}`],
  ])("%s", (_, header) => {
    expect(verifies(header)).toBe(false);
  });

  it("for another body", () => {
    expect(verifies(sign(body, secret), [secret], Buffer.from('{"id":"evt_2"}'))).toBe(false);
  });

  it("as stale where its time is wrong, and as unsigned where it is no signature of Stripe's", () => {
    for (const away of [-TOLERANCE_S - 1, TOLERANCE_S + 5])
      expect(parseSignature(`t=${t + away},v1=${v1(t + away)}`)).toBe("stale");
    for (const header of [undefined, "nonsense", `t=${t}`]) expect(parseSignature(header)).toBe("unsigned");
  });

  it("where there is no secret", () => {
    expect(verifies(sign(body, secret), [])).toBe(false);
  });
});
