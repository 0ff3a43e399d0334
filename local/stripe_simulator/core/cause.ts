/** What caused a change: an API request, or nobody's (a page, a timer). Events name it. */
export interface Cause {
  id: string | null;
  idempotency_key: string | null;
}

export const noRequest: Cause = { id: null, idempotency_key: null };
