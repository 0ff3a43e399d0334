/** What a long run says, with how many s it has run. */
const began = performance.now();
export const say = (text: string): void =>
  console.log(`${String(Math.round((performance.now() - began) / 1_000)).padStart(5)} s  ${text}`);
