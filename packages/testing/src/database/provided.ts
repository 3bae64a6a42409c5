// What the global setup hands to every test file.

declare module "vitest" {
  interface ProvidedContext {
    /** The server's own database, with the right to create others. */
    postgresUrl: string;
    /** Name of the migrated database that others are copied from. */
    postgresTemplate: string;
    /** A migrated database laid out by `hostile-role.ts`, as its role. */
    hostileUrl: string;
    /** The migrated PGlite folder that others are copied from. */
    pgliteTemplate: string;
  }
}

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
