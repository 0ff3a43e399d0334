/** What caused a change: an API request, or none (a page, a timer). Events name it as their `request`. */
export interface Cause {
  id: string | null;
  idempotency_key: string | null;
}

export const noRequest: Cause = { id: null, idempotency_key: null };
