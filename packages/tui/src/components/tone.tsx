import { Text } from "ink";
import { createContext, type ReactNode, use } from "react";
import { type Marks, unicodeMarks } from "../theme/marks.ts";
import { themeFor } from "../theme/theme.ts";
import type { Style, Theme, Tone } from "../theme/tone.ts";

export const ThemeContext = createContext<Theme>(themeFor({}));
export const MarksContext = createContext<Marks>(unicodeMarks);
/** Whether a dialog lies above: what is behind it steps back. */
export const BehindContext = createContext(false);

type Props = {
  readonly tone?: Tone | undefined;
  readonly bold?: boolean;
  readonly children: ReactNode;
};

const plain: Style = {};

/** Text of one line, drawn by its meaning. Without a tone: as the terminal writes. */
export function Toned({ tone, bold = false, children }: Props) {
  const theme = use(ThemeContext);
  const behind = use(BehindContext);
  const style = behind ? theme.muted : tone === undefined ? plain : theme[tone];
  const isBold = !behind && (bold || style.bold === true);
  return (
    <Text
      wrap="truncate-end"
      bold={isBold}
      // Bold and dim at once end each other on many terminals.
      dimColor={style.dim === true && !isBold}
      {...(style.color === undefined ? {} : { color: style.color })}
    >
      {children}
    </Text>
  );
}

/** How borders are drawn, which take it as props. */
export function useBorderStyle(tone: Tone): { borderColor?: string; borderDimColor: boolean } {
  const { color, dim = false } = use(ThemeContext)[tone];
  return { borderDimColor: dim, ...(color === undefined ? {} : { borderColor: color }) };
}
