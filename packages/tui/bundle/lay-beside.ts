import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { makeDatabaseTemplate } from "@latchkey/server/template";

// Lays beside the bundle what it reads at run time: the migrations, and an empty database folder with
// the schema in it, since copying one takes a fraction of the time and memory of making one.

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const template = at("../dist/database-template");

await cp(at("../../server/migrations"), at("../dist/migrations"), { recursive: true });
await rm(template, { recursive: true, force: true });
await makeDatabaseTemplate(template);
