import { useNews } from "../components/news.tsx";
import { OverDialog } from "../components/over-dialog.tsx";
import { escape } from "../format/escape.ts";
import type { Context } from "../kit/screen.ts";
import { AddSshKeyView } from "../screens/add-ssh-key/view.tsx";
import { AddUserView } from "../screens/add-user/view.tsx";
import { AuditView } from "../screens/audit/view.tsx";
import { AuditFilterView } from "../screens/audit-filter/view.tsx";
import { CreateKeyView } from "../screens/create-key/view.tsx";
import { CreatedKeyView } from "../screens/created-key/view.tsx";
import { DeleteKeyView } from "../screens/delete-key/view.tsx";
import { DiscardChangesView } from "../screens/discard-changes/view.tsx";
import { EditKeyView } from "../screens/edit-key/view.tsx";
import { EventView } from "../screens/event/view.tsx";
import { FilterView } from "../screens/filter/view.tsx";
import { HelpView } from "../screens/help/view.tsx";
import { JsonView } from "../screens/json/view.tsx";
import { KeyActionsView } from "../screens/key-actions/view.tsx";
import { KeyDetailView } from "../screens/key-detail/view.tsx";
import { KeyListView } from "../screens/key-list/view.tsx";
import { LeaveTokenView } from "../screens/leave-token/view.tsx";
import { PaletteView } from "../screens/palette/view.tsx";
import { ProfileView } from "../screens/profile/view.tsx";
import { QuestionView } from "../screens/question/view.tsx";
import { RevokeKeyView } from "../screens/revoke-key/view.tsx";
import { RotateKeyView } from "../screens/rotate-key/view.tsx";
import { SetPasswordView } from "../screens/set-password/view.tsx";
import { SetRoleView } from "../screens/set-role/view.tsx";
import { SortView } from "../screens/sort/view.tsx";
import { SshKeysView } from "../screens/ssh-keys/view.tsx";
import { UserView } from "../screens/user/view.tsx";
import { UsersView } from "../screens/users/view.tsx";
import { type LayerState, placement, screenOf } from "./layers.ts";

type Props = { readonly layer: LayerState; readonly context: Context };

export function LayerView({ layer, context }: Props) {
  const { over } = useNews();
  const key = screenOf(layer).about?.(layer);
  if (over !== null && key !== undefined && placement[layer.kind] === "dialog") {
    return <OverDialog title={escape(key.title)} text={over} />;
  }
  switch (layer.kind) {
    case "key-list":
      return <KeyListView state={layer} context={context} />;
    case "audit":
      return <AuditView state={layer} context={context} />;
    case "event":
      return <EventView state={layer} context={context} />;
    case "users":
      return <UsersView state={layer} context={context} />;
    case "user":
      return <UserView state={layer} context={context} />;
    case "add-user":
      return <AddUserView state={layer} />;
    case "set-role":
      return <SetRoleView state={layer} />;
    case "set-password":
      return <SetPasswordView state={layer} />;
    case "ssh-keys":
      return <SshKeysView state={layer} context={context} />;
    case "add-ssh-key":
      return <AddSshKeyView state={layer} />;
    case "profile":
      return <ProfileView state={layer} context={context} />;
    case "palette":
      return <PaletteView state={layer} now={context.now} />;
    case "question":
      return <QuestionView state={layer} />;
    case "audit-filter":
      return <AuditFilterView state={layer} />;
    case "key-detail":
      return <KeyDetailView state={layer} context={context} />;
    case "json":
      return <JsonView state={layer} />;
    case "help":
      return <HelpView state={layer} />;
    case "created-key":
      return <CreatedKeyView state={layer} now={context.now} />;
    case "create-key":
      return <CreateKeyView state={layer} />;
    case "edit-key":
      return <EditKeyView state={layer} />;
    case "rotate-key":
      return <RotateKeyView state={layer} now={context.now} />;
    case "revoke-key":
      return <RevokeKeyView state={layer} now={context.now} />;
    case "delete-key":
      return <DeleteKeyView state={layer} />;
    case "key-actions":
      return <KeyActionsView state={layer} now={context.now} />;
    case "filter":
      return <FilterView state={layer} context={context} />;
    case "sort":
      return <SortView state={layer} />;
    case "discard-changes":
      return <DiscardChangesView state={layer} />;
    case "leave-token":
      return <LeaveTokenView state={layer} />;
  }
}
