import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes that are really in use: of the heap, and of the arrays of numbers beside it. */
export function bytesInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  const { heapUsed: inHeap, arrayBuffers } = process.memoryUsage();
  return inHeap + arrayBuffers;
}
