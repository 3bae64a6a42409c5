import { lstatSync, mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Caches V8's compiled code of the bundle for the next start. Node's default folder for it has a predictable name
 * in a folder where everybody may create one: another account could decide what runs here.
 */
export function keepCompiled(): void {
  try {
    const own = process.geteuid?.();
    if (own === undefined) return;
    const folder = join(tmpdir(), `latchkey-compiled-${own}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    if (uid === own && (mode & 0o170077) === 0o040000) enableCompileCache(folder);
  } catch {
    // Without it a start is only slower.
  }
}
