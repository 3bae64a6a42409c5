import { Text } from "ink";
import { createContext, type ReactNode, use } from "react";
import { type Theme, type Tone, themeFor } from "../theme.ts";

export const ThemeContext = createContext<Theme>(themeFor({}));
/** Whether a dialog lies above: what is behind it steps back. */
export const BehindContext = createContext(false);

type Props = {
  readonly tone?: Tone | undefined;
  readonly bold?: boolean;
  readonly children: ReactNode;
};

/** Text of one line in a colour by its meaning. Without a tone: as the terminal writes. */
export function Toned({ tone, bold = false, children }: Props) {
  const theme = use(ThemeContext);
  const behind = use(BehindContext);
  const color = behind ? theme.muted : tone === undefined ? undefined : theme[tone];
  return (
    <Text wrap="truncate-end" bold={bold && !behind} {...(color === undefined ? {} : { color })}>
      {children}
    </Text>
  );
}

/** The colour of a tone for borders, which take it as a prop. */
export function useTone(tone: Tone): string | undefined {
  return use(ThemeContext)[tone];
}
