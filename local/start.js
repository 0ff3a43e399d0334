// JavaScript, so that a Node which cannot run the rest can still read this.
const MIN_NODE = 24;
const [major] = process.versions.node.split(".");

if (Number(major) < MIN_NODE) {
  console.error(
    `This needs Node ${MIN_NODE}, and this is Node ${process.versions.node}: run npm ci, which installs it here, and then npm start.`,
  );
  process.exit(1);
}
await import("./start.ts");
