import { Box } from "ink";
import { use } from "react";
import { Cursor } from "../../components/cursor.tsx";
import { Buttons } from "../../components/buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { MarksContext, Toned } from "../../components/tone.tsx";
import { fit } from "../../format/width.ts";
import type { Context } from "../../kit/screen.ts";
import { ownerWord } from "../../format/person.ts";
import { type DateField, dateFields, periodNames } from "../../kit/query.ts";
import { dayOf, type FilterFocus, type FilterState, focusRing } from "./state.ts";

const WIDTH = 54;
const LABEL_CELLS = 12;
const DAY_CELLS = 11;

const labels = {
  created: "Created",
  updated: "Updated",
  revoked: "Revoked at",
} satisfies Record<DateField, string>;

type Props = { readonly state: FilterState; readonly context: Context };

export function FilterView({ state, context }: Props) {
  const admin = focusRing(state, context).includes("owner");
  return (
    <Dialog title="Filter" widest={WIDTH}>
      <Cycle label="Status" value={state.status} focused={state.focus === "status"} />
      {admin && (
        <Cycle
          label="Owner"
          value={ownerWord(state.owner, context)}
          focused={state.focus === "owner"}
        />
      )}
      {dateFields.map((field) => (
        <Box key={field} flexDirection="column" flexShrink={0}>
          <Cycle
            label={labels[field]}
            value={periodNames[state[field].period]}
            focused={state.focus === field}
          />
          {state[field].period === "custom" && <Days state={state} field={field} />}
        </Box>
      ))}
      <Box height={1} flexShrink={0} />
      <Buttons
        focus={state.focus}
        buttons={[
          { id: "clear", label: "Clear filters" },
          { id: "apply", label: "Apply" },
        ]}
      />
    </Dialog>
  );
}

type CycleProps = { readonly label: string; readonly value: string; readonly focused: boolean };

/** One of several, only the chosen one visible; ← and → change it. */
function Cycle({ label, value, focused }: CycleProps) {
  return (
    <Box height={1} flexShrink={0} marginLeft={-2}>
      <Cursor here={focused} />
      <Toned tone={focused ? undefined : "muted"}>{fit(label, LABEL_CELLS)}</Toned>
      <Toned tone={focused ? "accent" : "muted"}>{focused ? "‹ " : "  "}</Toned>
      <Toned bold={focused}>{value}</Toned>
      <Toned tone="accent">{focused ? " ›" : ""}</Toned>
    </Box>
  );
}

function Days({ state, field }: { readonly state: FilterState; readonly field: DateField }) {
  const { cursor } = use(MarksContext);
  const day = (end: "from" | "to") => {
    const focus: FilterFocus = `${field}-${end}`;
    const focused = state.focus === focus;
    return (
      <>
        <Toned tone="accent">{focused ? cursor : " "}</Toned>
        <Toned tone="muted">{`${end} `}</Toned>
        <Box width={DAY_CELLS} flexShrink={0}>
          <Field
            field={state[field][end]}
            focused={focused}
            cells={DAY_CELLS}
            placeholder="2026-11-12"
          />
        </Box>
      </>
    );
  };
  const { problem } = state;
  return (
    <>
      <Box height={1} flexShrink={0} paddingLeft={LABEL_CELLS + 1}>
        {day("from")}
        <Box width={2} flexShrink={0} />
        {day("to")}
      </Box>
      {problem !== null && dayOf(problem.focus)?.field === field && (
        <Box height={1} flexShrink={0} paddingLeft={LABEL_CELLS + 2}>
          <Toned tone="danger">{problem.text}</Toned>
        </Box>
      )}
    </>
  );
}
