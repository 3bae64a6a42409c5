import { Toned } from "./tone.tsx";

/** Before the row that keys are for. Before others blanks have no colour: it would be bytes for nothing. */
export function Cursor({ here }: { readonly here: boolean }) {
  return here ? <Toned tone="accent">{"▌ "}</Toned> : <Toned>{"  "}</Toned>;
}
