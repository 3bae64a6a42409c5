import { Drawer, drawerCells } from "../../components/drawer.tsx";
import { FormView } from "../../components/form-view.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { escape } from "../../format/escape.ts";
import { type EditKeyState, isConflict } from "./state.ts";

export function EditKeyView({ state }: { readonly state: EditKeyState }) {
  const { columns } = useSurroundings();
  const conflict = isConflict(state.form.failure);
  return (
    <Drawer title="Edit secret API key">
      <FormView
        form={state.form}
        cells={drawerCells(columns)}
        failureText={conflict ? conflictText(state) : null}
      />
    </Drawer>
  );
}

function conflictText({ key }: EditKeyState): string {
  const title = escape(key.title);
  return `Somebody changed this key meanwhile. Its title is now “${title}”. Save again to put yours in its place.`;
}
