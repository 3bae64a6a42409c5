import { Box } from "ink";
import { Page, useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { Toned } from "../../components/tone.tsx";
import { escape } from "../../format/escape.ts";

/** Before there is a server: something calm, at once; then why it can't be reached. */
export function OpeningView({ message }: { readonly message: string | null }) {
  const { columns } = useLayout();
  return (
    <Page path={["Latchkey"]}>
      <Box paddingLeft={3} flexDirection="column">
        {message === null ? (
          <Toned tone="muted">Opening…</Toned>
        ) : (
          <Paragraph text={escape(message)} cells={Math.min(columns - 4, 76)} tone="danger" />
        )}
      </Box>
    </Page>
  );
}
