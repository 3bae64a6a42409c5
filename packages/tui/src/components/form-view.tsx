import { Box } from "ink";
import { escape } from "../format/escape.ts";
import { changeFailure } from "../format/failure.ts";
import { fit, truncate, width } from "../format/width.ts";
import { Buttons } from "./buttons.tsx";
import { ChoiceRow } from "./choice-row.tsx";
import { offersFor } from "../kit/completion.ts";
import { Field } from "./field.tsx";
import { type Form, type FormField, fieldsIn, generalFailure, problemOf } from "../kit/form.ts";
import { useNews } from "./news.tsx";
import { CloseButton } from "./over-dialog.tsx";
import { useLayout } from "./page.tsx";
import { Paragraph } from "./paragraph.tsx";
import { maskSecret } from "../kit/secret-field.ts";
import { Toned } from "./tone.tsx";

type Props = {
  readonly form: Form;
  readonly cells: number;
  readonly save?: string;
  readonly working?: string;
  /** What may have happened if the answer was lost: `it was created`. */
  readonly effect?: string;
  /** Shown instead of the server's message on the whole, if a screen has a better one. */
  readonly failureText?: string | null;
  /** What somebody else did meanwhile, if a screen has more to say about it. */
  readonly word?: string | null;
  /** How many lines are above the form in its dialog. */
  readonly above?: number;
};

/** Borders, padding, buttons, the word on the whole, and what must stay in sight around a dialog. */
const AROUND = 8;
/** Label, field, a word and a gap; or a choice over two lines, a word and a gap. */
const LINES_EACH = 4;
const LABEL_GAP = 2;
/** From here on there are rows to spare. */
const ROOMY_FROM = 20;

/**
 * Labels above their fields, or beside them where the window is low. What is wrong stands below its
 * field; hints below it as well, or in one line for all.
 */
export function FormView(props: Props) {
  const { form, cells, save = "Save", working = "Saving…", failureText = null, above = 0 } = props;
  const { effect = "it happened" } = props;
  const { over, news } = useNews();
  const { word = over ?? news } = props;
  const { rows } = useLayout();
  const roomy = fieldsIn(form).length * LINES_EACH + AROUND + above <= rows;
  const general = generalFailure(form);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {roomy ? (
        <RoomyFields form={form} cells={cells} />
      ) : (
        <CompactFields form={form} cells={cells} />
      )}
      {(general !== null || word !== null) && (
        <Box flexDirection="column" flexShrink={0} marginBottom={roomy ? 1 : 0}>
          {general === null ? (
            <Paragraph text={word ?? ""} cells={cells} tone="warning" />
          ) : (
            <Paragraph
              text={failureText ?? changeFailure(general, effect)}
              cells={cells}
              tone="danger"
            />
          )}
        </Box>
      )}
      {over !== null ? (
        <CloseButton />
      ) : form.working ? (
        <Box justifyContent="flex-end" height={1} flexShrink={0}>
          <Toned tone="muted">{working}</Toned>
        </Box>
      ) : (
        <Buttons
          focus={form.focus}
          buttons={[
            { id: form.aside, label: form.aside === "clear" ? "Clear filters" : "Cancel" },
            { id: "save", label: save },
          ]}
        />
      )}
    </Box>
  );
}

type FieldsProps = Pick<Props, "form" | "cells">;

function RoomyFields({ form, cells }: FieldsProps) {
  return fieldsIn(form).map((field) => (
    <Box key={field.id} flexDirection="column" flexShrink={0} marginBottom={1}>
      {field.kind === "choice" ? (
        <Choice form={form} field={field} labelCells={width(field.label) + LABEL_GAP} />
      ) : (
        <>
          <Toned tone="muted">{field.label}</Toned>
          <Typed form={form} field={field} cells={cells} />
        </>
      )}
      <Word form={form} field={field} cells={cells} hints />
    </Box>
  ));
}

function CompactFields({ form, cells }: FieldsProps) {
  const { rows } = useLayout();
  const there = fieldsIn(form);
  const labelCells = Math.max(...there.map(({ label }) => width(label))) + LABEL_GAP;
  const focused = there.find(({ id }) => id === form.focus);
  const right = cells - labelCells;
  return (
    <>
      {there.map((field) => (
        <Box key={field.id} flexDirection="column" flexShrink={0}>
          {field.kind === "choice" ? (
            <Choice form={form} field={field} labelCells={labelCells} />
          ) : (
            <Box height={1} flexShrink={0}>
              <Toned tone="muted">{fit(field.label, labelCells)}</Toned>
              <Typed form={form} field={field} cells={right} />
            </Box>
          )}
          {problemOf(form, field.id) !== null && (
            <Box paddingLeft={labelCells} flexShrink={0}>
              <Word form={form} field={field} cells={right} />
            </Box>
          )}
        </Box>
      ))}
      <Toned tone="muted">
        {focused !== undefined && problemOf(form, focused.id) === null
          ? hintOf(focused, true, cells)
          : " "}
      </Toned>
      {rows >= ROOMY_FROM && <Box height={1} flexShrink={0} />}
    </>
  );
}

type OneProps = { readonly form: Form; readonly field: FormField; readonly cells: number };

function Typed({ form, field, cells }: OneProps) {
  const focused = form.focus === field.id && !form.working;
  if (field.kind === "secret") {
    return <Field field={maskSecret(field.text)} focused={focused} cells={cells} />;
  }
  if (field.kind === "choice") return null;
  const { placeholder = "" } = field;
  return <Field field={field.text} focused={focused} cells={cells} placeholder={placeholder} />;
}

type ChoiceProps = {
  readonly form: Form;
  readonly field: Extract<FormField, { kind: "choice" }>;
  readonly labelCells: number;
};

function Choice({ form, field, labelCells }: ChoiceProps) {
  return (
    <ChoiceRow
      label={field.label}
      labelCells={labelCells}
      choices={field.choices}
      chosen={field.chosen}
      focused={form.focus === field.id && !form.working}
    />
  );
}

type WordProps = OneProps & { readonly hints?: boolean };

function Word({ form, field, cells, hints = false }: WordProps) {
  const problem = problemOf(form, field.id);
  if (problem !== null) {
    return <Paragraph text={problem} cells={cells} tone="danger" />;
  }
  if (!hints) return null;
  return (
    <Paragraph text={hintOf(field, form.focus === field.id, cells)} cells={cells} tone="muted" />
  );
}

/** What could be typed, while one is at it; else what the field is for. */
function hintOf(field: FormField, focused: boolean, cells: number): string {
  if (focused && field.kind === "text" && field.offers !== undefined) {
    const offers = offersFor(field.text, field.offers).map(escape);
    if (offers.length > 0) return truncate(`→ ${offers.join("  ")}`, cells);
  }
  return field.hint ?? "";
}
