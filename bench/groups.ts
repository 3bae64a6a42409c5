import type { Group } from "./ground.ts";
import { start } from "./start/start.ts";

/** All that `npm run bench` measures, in order. */
export const groups: readonly Group[] = [start];
