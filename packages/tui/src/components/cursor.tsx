import { use } from "react";
import { MarksContext, Toned } from "./tone.tsx";

/** Before the row that keys are for. Before others blanks have no colour: it would be bytes for nothing. */
export function Cursor({ here }: { readonly here: boolean }) {
  const { cursor } = use(MarksContext);
  return here ? <Toned tone="accent">{`${cursor} `}</Toned> : <Toned>{"  "}</Toned>;
}
