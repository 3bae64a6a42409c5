import { Drawer, drawerCells } from "../../components/drawer.tsx";
import { isChanged, textIn } from "../../kit/form.ts";
import { FormView } from "../../components/form-view.tsx";
import { useNews } from "../../components/news.tsx";
import { useLayout } from "../../components/page.tsx";
import { escape } from "../../format/escape.ts";
import { type EditKeyState, isConflict } from "./state.ts";

export function EditKeyView({ state }: { readonly state: EditKeyState }) {
  const { columns } = useLayout();
  const { over, news } = useNews();
  const conflict = isConflict(state.form.failure);
  return (
    <Drawer title="Edit secret API key">
      <FormView
        form={state.form}
        cells={drawerCells(columns)}
        effect="it was renamed"
        failureText={conflict ? conflictText(state) : null}
        word={over ?? (news === null ? null : news + nextText(state))}
      />
    </Drawer>
  );
}

/** What saving does now, if that has changed. */
function nextText({ key, form }: EditKeyState): string {
  if (!isChanged(form) || key.title === textIn({ fields: form.initial }, "title")) return "";
  return ` Its title is “${escape(key.title)}” now. Save puts yours in its place.`;
}

function conflictText({ key }: EditKeyState): string {
  const title = escape(key.title);
  return `Somebody changed this key meanwhile. Its title is now “${title}”. Save again to put yours in its place.`;
}
