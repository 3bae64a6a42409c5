import { Box } from "ink";
import { use } from "react";
import { MarksContext, Toned } from "./tone.tsx";

type Button = {
  readonly id: string;
  readonly label: string;
  /** For what can't be undone. */
  readonly danger?: boolean;
};

type Props = { readonly buttons: readonly Button[]; readonly focus: string | null };

/** A row of buttons on the right; the focused one stands between bars, so that it needs no colour. */
export function Buttons({ buttons, focus }: Props) {
  const [before, after] = use(MarksContext).button;
  return (
    <Box justifyContent="flex-end" columnGap={2} height={1} flexShrink={0}>
      {buttons.map(({ id, label, danger = false }) => {
        const focused = id === focus;
        const tone = danger ? "danger" : focused ? "accent" : undefined;
        return (
          <Toned key={id} tone={tone} bold={focused}>
            {focused ? `${before}${label}${after}` : ` ${label} `}
          </Toned>
        );
      })}
    </Box>
  );
}
