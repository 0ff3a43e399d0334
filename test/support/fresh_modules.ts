/** Gives a file of tests modules that have seen no other file: a worker runs many of them. */
import { vi } from "vitest";

vi.resetModules();
