import type { SshKey } from "@latchkey/client";
import { Box } from "ink";
import { Centered } from "../../components/centered.tsx";
import { Page, useLayout } from "../../components/page.tsx";
import { Summary } from "../../components/summary.tsx";
import { type Cell, Table } from "../../components/table.tsx";
import { Unread } from "../../components/unread.tsx";
import { escape } from "../../format/escape.ts";
import { personText } from "../../format/person.ts";
import { standingText } from "../../format/ssh-key.ts";
import { relative } from "../../format/time.ts";
import { failureText } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import { sshKeyColumns, visibleSshKeys } from "./layout.ts";
import type { SshKeysState } from "./state.ts";

type Props = { readonly state: SshKeysState; readonly context: Context };

export function SshKeysView({ state, context }: Props) {
  const { columns, rows } = useLayout();
  const { whose } = state;
  const keys = state.keys.known ?? [];
  const standings = keys.map((key) => standingText(key, (id) => personText(id, context)));
  const layout = sshKeyColumns(columns, keys, standings);
  const { label, fingerprint, standing, added, used } = layout;
  const way = whose.own ? ["Latchkey", "Profile"] : ["Latchkey", "Users", escape(whose.email)];
  return (
    <Page path={[...way, "SSH keys"]} failure={failureText(state.keys)}>
      <Summary left={summary(state)} right={whose.own ? "yours" : `of ${escape(whose.email)}`} />
      <Box height={1} flexShrink={0} />
      {keys.length === 0 ? (
        <Nothing state={state} />
      ) : (
        <Table
          columns={[
            { head: "LABEL", cells: label },
            { head: "FINGERPRINT", cells: fingerprint },
            { head: "PROOF", cells: standing },
            { head: "ADDED", cells: added },
            { head: "LAST USED", cells: used },
          ]}
          rows={keys.map((key, at) => ({
            key: key.fingerprint,
            cells: cellsOf(key, standings[at] ?? "", context.now),
          }))}
          selected={state.selected}
          seen={visibleSshKeys(rows)}
        />
      )}
    </Page>
  );
}

function cellsOf(key: SshKey, standing: string, now: Date): readonly Cell[] {
  return [
    { text: escape(key.label) },
    { text: escape(key.fingerprint) },
    { text: standing },
    { text: relative(new Date(key.createdAt), now) },
    { text: key.lastUsedAt === null ? "never" : relative(new Date(key.lastUsedAt), now) },
  ];
}

function summary({ keys: { known: keys } }: SshKeysState): string {
  if (keys === null) return "";
  return keys.length === 1 ? "1 SSH key" : `${keys.length} SSH keys`;
}

function Nothing({ state }: { readonly state: SshKeysState }) {
  if (state.keys.known === null) return <Unread of={state.keys} />;
  return (
    <Centered
      lines={[
        { text: "No SSH keys yet." },
        { text: "With one, somebody can sign in over SSH without a password.", muted: true },
        { text: "" },
        { text: "Press n to add one." },
      ]}
    />
  );
}
