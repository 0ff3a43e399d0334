// Loaded into each function of the fake AWS, for what it does otherwise than Lambda.

// Lambda finds a handler in a .cjs file, too.
require.extensions[".cjs"] = require.extensions[".js"];

// No DNS knows the hosts of its APIs, which it serves by path.
const { fetch } = globalThis;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const [, api] = /^([a-z0-9]+)\.execute-api\./.exec(url.hostname) ?? [];
  const path = `/_aws/execute-api/${api}${url.pathname}${url.search}`;
  return fetch(api ? new URL(path, process.env.AWS_ENDPOINT_URL) : input, init);
};
