/** A process that starts a product as a test does, in the environment that it has itself. */
import { startProduct } from "./product.ts";

await startProduct({ localDir: process.env.LOCAL_DIR ?? "", env: process.env }).ended;
