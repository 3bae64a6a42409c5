import { Box } from "ink";
import { Buttons } from "../../components/buttons.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { maskSecret } from "../../kit/secret-field.ts";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";
import { failureMessage, fieldMessage, isUnreachable } from "../../format/failure.ts";
import type { SignInState } from "./state.ts";

const LEFT = 3;
const WIDEST = 56;
/** From here on there are rows to spare between the fields. */
const ROOMY_FROM = 20;

/** A page if nobody was signed in yet; a dialog above what somebody was doing. */
export function SignInView({ state }: { readonly state: SignInState }) {
  const { columns, place } = useLayout();
  if (state.reason === "ended") {
    const cells = dialogCells(columns);
    return (
      <Dialog title={`Sign in to ${place}`}>
        <Paragraph text="Your session has ended. Sign in again." cells={cells} />
        <Box height={1} flexShrink={0} />
        <Form state={state} cells={cells} />
      </Dialog>
    );
  }
  const cells = Math.min(WIDEST, columns - LEFT - 1);
  return (
    <Page path={["Latchkey", "Sign in"]}>
      <Box paddingLeft={LEFT} flexDirection="column" flexShrink={0} width={LEFT + cells}>
        <Paragraph text={`Sign in to ${place}.`} cells={cells} />
        <Box height={1} flexShrink={0} />
        <Form state={state} cells={cells} />
      </Box>
    </Page>
  );
}

function Form({ state, cells }: { readonly state: SignInState; readonly cells: number }) {
  const { rows } = useLayout();
  const { email, password, focus, working } = state;
  const focused = working ? null : focus;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Toned tone="muted">Email</Toned>
      <Field field={email} focused={focused === "email"} cells={cells} />
      {rows >= ROOMY_FROM && <Box height={1} flexShrink={0} />}
      <Toned tone="muted">Password</Toned>
      <Field field={maskSecret(password)} focused={focused === "password"} cells={cells} />
      <Paragraph text={word(state)} cells={cells} tone="danger" />
      <Box height={1} flexShrink={0} />
      {working ? (
        <Box justifyContent="flex-end" height={1} flexShrink={0}>
          <Toned tone="muted">Signing in…</Toned>
        </Box>
      ) : (
        <Buttons
          focus={focus}
          buttons={[
            { id: "quit", label: "Quit" },
            { id: "sign-in", label: "Sign in" },
          ]}
        />
      )}
    </Box>
  );
}

function word({ failure }: SignInState): string {
  if (failure === null) return "";
  if (isUnreachable(failure)) return "The server can't be reached. Press enter to try again.";
  const beside = fieldMessage(failure, "email") ?? fieldMessage(failure, "password");
  return escape(beside ?? failureMessage(failure));
}
