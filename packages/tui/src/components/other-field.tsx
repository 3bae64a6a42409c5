import { Box } from "ink";
import { AHEAD_HINT } from "../format/ahead.ts";
import { type Confirm, isOther } from "../kit/confirm.ts";
import { Field } from "./field.tsx";
import { Toned } from "./tone.tsx";

type Props = {
  readonly confirm: Confirm;
  readonly label: string;
  readonly cells: number;
};

/** Where an instant is typed that is none of the choices, and what is wrong with it. */
export function OtherField({ confirm, label, cells }: Props) {
  const { other, problem, focus, working } = confirm;
  if (other === null || !isOther(confirm)) return null;
  const indent = label.length + 2;
  return (
    <Box flexDirection="column" flexShrink={0} paddingLeft={indent}>
      <Field
        field={other}
        focused={focus === "other" && !working}
        cells={cells - indent}
        placeholder="36h, 10d, 2027-01-31"
      />
      <Toned tone={problem === null ? "muted" : "danger"}>{problem ?? AHEAD_HINT}</Toned>
    </Box>
  );
}
