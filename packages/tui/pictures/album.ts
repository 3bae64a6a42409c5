// What the pictures are made of, in one bundle.

export { scenes } from "./scenes.ts";
export { frameOf, play } from "./stage.tsx";

/**
 * The pictures of docs/tour.md and the README, each in the window that shows it best. Those of the README
 * are PNG, which is shown everywhere; the others SVG, of which a change can be read.
 */
export const pictures = [
  { scene: "list", columns: 92, rows: 16, kind: "png" },
  { scene: "created-key", columns: 92, rows: 16, kind: "png" },
  { scene: "create-key", columns: 92, rows: 24, kind: "svg" },
  { scene: "key-detail-used", columns: 92, rows: 34, kind: "svg" },
  { scene: "edit-key", columns: 92, rows: 16, kind: "svg" },
  { scene: "revoke-key", columns: 92, rows: 22, kind: "svg" },
  { scene: "filter", columns: 92, rows: 20, kind: "svg" },
  { scene: "palette-typed", columns: 92, rows: 22, kind: "svg" },
  { scene: "audit", columns: 92, rows: 18, kind: "svg" },
  { scene: "users", columns: 92, rows: 16, kind: "svg" },
  { scene: "help", columns: 92, rows: 20, kind: "svg" },
] as const;

export const fixtures = ["dark", "light"] as const;
