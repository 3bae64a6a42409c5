import { Box } from "ink";
import { failureMessage, fieldMessage } from "../format/failure.ts";
import { Buttons } from "./buttons.tsx";
import { Field } from "./field.tsx";
import { Paragraph } from "./paragraph.tsx";
import type { TitleForm } from "./title-form.ts";
import { Toned } from "./tone.tsx";

type Props = {
  readonly form: TitleForm;
  readonly cells: number;
  readonly explanation: string;
  /** Shown instead of what the server said, where a screen knows better words. */
  readonly failureText?: string | null;
};

export function TitleFormView({ form, cells, explanation, failureText = null }: Props) {
  const focused = form.focus === "title" && !form.working;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Toned tone="muted">Title</Toned>
      <Field field={form.title} focused={focused} cells={cells} />
      <Word form={form} cells={cells} explanation={explanation} failureText={failureText} />
      <Box height={1} flexShrink={0} />
      {form.working ? (
        <Box justifyContent="flex-end" height={1}>
          <Toned tone="muted">Saving…</Toned>
        </Box>
      ) : (
        <Buttons
          focus={form.focus}
          buttons={[
            { id: "cancel", label: "Cancel" },
            { id: "save", label: "Save" },
          ]}
        />
      )}
    </Box>
  );
}

function Word({ form, cells, explanation, failureText }: Required<Props>) {
  if (form.failure === null) {
    return <Paragraph text={explanation} cells={cells} tone="muted" lines={2} />;
  }
  const text = failureText ?? fieldMessage(form.failure, "title") ?? failureMessage(form.failure);
  return <Paragraph text={text} cells={cells} tone="danger" lines={2} />;
}
