import { Box } from "ink";
import { use } from "react";
import { fit } from "../format/width.ts";
import { NAVIGATION_CELLS } from "../kit/roots.ts";
import { MarksContext, Toned } from "./tone.tsx";

/** The lowest screens beside the page: which one is looked at, and the letter that leads to it. */
export type Navigation = {
  readonly places: readonly {
    readonly title: string;
    readonly key: string;
    readonly current: boolean;
  }[];
  /** A comma was pressed: now the letters count. */
  readonly jumping: boolean;
};

const LEFT = 1;
const MARK = 2;
const KEY = 1;

export function NavigationColumn({ places, jumping }: Navigation) {
  const { here } = use(MarksContext);
  const titleCells = NAVIGATION_CELLS - LEFT - MARK - KEY - LEFT;
  return (
    <Box width={NAVIGATION_CELLS} flexShrink={0} flexDirection="column" paddingLeft={LEFT}>
      {places.map(({ title, key, current }) => (
        <Box key={title} height={1} flexShrink={0}>
          <Toned tone={current ? undefined : "muted"} bold={current}>
            {`${current ? here : " "} ${fit(title, titleCells)}`}
          </Toned>
          <Toned tone={jumping ? "accent" : "muted"} bold={jumping}>
            {key}
          </Toned>
        </Box>
      ))}
    </Box>
  );
}
