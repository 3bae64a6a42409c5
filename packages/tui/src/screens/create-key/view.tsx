import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { TitleFormView } from "../../components/title-form-view.tsx";
import type { CreateKeyState } from "./state.ts";

export function CreateKeyView({ state }: { readonly state: CreateKeyState }) {
  const { columns } = useSurroundings();
  return (
    <Dialog title="Create secret API key">
      <TitleFormView
        form={state.form}
        cells={dialogCells(columns)}
        explanation="What will use it? The title tells you later which key this is."
      />
    </Dialog>
  );
}
