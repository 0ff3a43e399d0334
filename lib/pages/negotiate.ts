import httpContentNegotiation from "@middy/http-content-negotiation";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import type { Step } from "../http/request.ts";

/** Which of these the caller would rather have; browsers ask for HTML, and where there is no CSV, all others get JSON. */
export type Negotiated = { preferredMediaType: string };

export const negotiate: Step<Negotiated>[] = [
  httpHeaderNormalizer(),
  httpContentNegotiation({
    parseCharsets: false,
    parseEncodings: false,
    parseLanguages: false,
    availableMediaTypes: ["application/json", "text/html", "text/csv"],
    defaultToFirstMediaType: true,
    failOnMismatch: false,
  }),
];

export const wantsHtml = ({ preferredMediaType }: Partial<Negotiated>): boolean =>
  preferredMediaType === "text/html";
