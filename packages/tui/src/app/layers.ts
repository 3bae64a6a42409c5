import type { KeyContext } from "../kit/keymap.ts";
import type { Context, Route, Screen, Update } from "../kit/screen.ts";
import type { RootKind } from "../kit/roots.ts";
import { type AddSshKeyState, addSshKey, openAddSshKey } from "../screens/add-ssh-key/state.ts";
import { type AddUserState, addUser, openAddUser } from "../screens/add-user/state.ts";
import { audit, type AuditState, openAudit } from "../screens/audit/state.ts";
import {
  type AuditFilterState,
  auditFilter,
  openAuditFilter,
} from "../screens/audit-filter/state.ts";
import { type CreateKeyState, createKey, openCreateKey } from "../screens/create-key/state.ts";
import { type CreatedKeyState, createdKey, openCreatedKey } from "../screens/created-key/state.ts";
import { type DeleteKeyState, deleteKey, openDeleteKey } from "../screens/delete-key/state.ts";
import {
  type DiscardChangesState,
  discardChanges,
  openDiscardChanges,
} from "../screens/discard-changes/state.ts";
import { type EditKeyState, editKey, openEditKey } from "../screens/edit-key/state.ts";
import { type EventState, event, openEvent } from "../screens/event/state.ts";
import { type FilterState, filter, openFilter } from "../screens/filter/state.ts";
import { type HelpState, help, openHelp } from "../screens/help/state.ts";
import { type JsonState, json, openJson } from "../screens/json/state.ts";
import { type KeyActionsState, keyActions, openKeyActions } from "../screens/key-actions/state.ts";
import type { KeyDetailState } from "../screens/key-detail/detail.ts";
import { keyDetail, openKeyDetail } from "../screens/key-detail/state.ts";
import { type KeyListState, openKeyList } from "../screens/key-list/page.ts";
import { keyList } from "../screens/key-list/state.ts";
import { type LeaveTokenState, leaveToken, openLeaveToken } from "../screens/leave-token/state.ts";
import { openPalette, type PaletteState, palette } from "../screens/palette/state.ts";
import { openProfile, type ProfileState, profile } from "../screens/profile/state.ts";
import { openQuestion, type QuestionState, question } from "../screens/question/state.ts";
import { openRevokeKey, type RevokeKeyState, revokeKey } from "../screens/revoke-key/state.ts";
import { openRotateKey, type RotateKeyState, rotateKey } from "../screens/rotate-key/state.ts";
import {
  openSetPassword,
  type SetPasswordState,
  setPassword,
} from "../screens/set-password/state.ts";
import { openSetRole, type SetRoleState, setRole } from "../screens/set-role/state.ts";
import { openSort, type SortState, sort } from "../screens/sort/state.ts";
import { openSshKeys, type SshKeysState, sshKeys } from "../screens/ssh-keys/state.ts";
import type { UserState } from "../screens/user/about.ts";
import { openUser, user } from "../screens/user/state.ts";
import { openUsers, type UsersState, users } from "../screens/users/state.ts";

// All kinds of layers: pages, the drawer, and dialogs above them.

export type LayerState =
  | KeyListState
  | AuditState
  | EventState
  | UsersState
  | UserState
  | AddUserState
  | SetRoleState
  | SetPasswordState
  | SshKeysState
  | AddSshKeyState
  | ProfileState
  | QuestionState
  | PaletteState
  | AuditFilterState
  | KeyDetailState
  | JsonState
  | HelpState
  | CreatedKeyState
  | CreateKeyState
  | EditKeyState
  | RotateKeyState
  | RevokeKeyState
  | DeleteKeyState
  | KeyActionsState
  | FilterState
  | SortState
  | DiscardChangesState
  | LeaveTokenState;

export type LayerKind = LayerState["kind"];

/** Pages take the whole screen; the others are above a page. */
export const placement = {
  "key-list": "page",
  audit: "page",
  event: "page",
  users: "page",
  user: "page",
  "ssh-keys": "page",
  profile: "page",
  "audit-filter": "dialog",
  "key-detail": "page",
  json: "page",
  help: "page",
  "created-key": "page",
  "edit-key": "drawer",
  "create-key": "dialog",
  "rotate-key": "dialog",
  "revoke-key": "dialog",
  "delete-key": "dialog",
  "key-actions": "dialog",
  "add-user": "dialog",
  "set-role": "dialog",
  "set-password": "dialog",
  "add-ssh-key": "dialog",
  question: "dialog",
  palette: "dialog",
  filter: "dialog",
  sort: "dialog",
  "discard-changes": "dialog",
  "leave-token": "dialog",
} satisfies Record<LayerKind, "page" | "drawer" | "dialog">;

const screens: { readonly [Kind in LayerKind]: Screen<Extract<LayerState, { kind: Kind }>> } = {
  "key-list": keyList,
  audit,
  event,
  "audit-filter": auditFilter,
  users,
  user,
  "add-user": addUser,
  "set-role": setRole,
  "set-password": setPassword,
  "ssh-keys": sshKeys,
  "add-ssh-key": addSshKey,
  profile,
  question,
  palette,
  "key-detail": keyDetail,
  json,
  help,
  "created-key": createdKey,
  "create-key": createKey,
  "edit-key": editKey,
  "rotate-key": rotateKey,
  "revoke-key": revokeKey,
  "delete-key": deleteKey,
  "key-actions": keyActions,
  filter,
  sort,
  "discard-changes": discardChanges,
  "leave-token": leaveToken,
};

/** The reducers of a layer. They are paired by kind: call them only with a layer of that kind. */
export function screenOf(layer: LayerState): Screen<LayerState> {
  return screens[layer.kind];
}

/** Which part of the keymap a layer uses. */
export function keyContextOf(layer: LayerState): KeyContext {
  switch (layer.kind) {
    case "key-list":
    case "users":
      return layer.searching ? "search" : layer.kind;
    case "create-key":
    case "edit-key":
    case "audit-filter":
    case "add-user":
    case "set-password":
    case "add-ssh-key":
      return "form";
    case "rotate-key":
    case "revoke-key":
    case "delete-key":
    case "discard-changes":
    case "leave-token":
    case "set-role":
    case "question":
      return "confirm";
    default:
      return layer.kind;
  }
}

export function openRoot(root: RootKind, context: Context): Update<LayerState> {
  switch (root) {
    case "key-list":
      return openKeyList(context);
    case "audit":
      return openAudit();
    case "users":
      return openUsers();
    case "profile":
      return openProfile();
  }
}

export function openRoute(route: Route, context: Context): Update<LayerState> {
  switch (route.to) {
    case "key-detail":
      return openKeyDetail(route.key);
    case "json":
      return [openJson(route.key)];
    case "key-actions":
      return [openKeyActions(route.key)];
    case "create-key":
      return openCreateKey(context.now);
    case "created-key":
      return [openCreatedKey(route.fresh, route.rotated)];
    case "edit-key":
      return [openEditKey(route.key)];
    case "rotate-key":
      return [openRotateKey(route.key)];
    case "revoke-key":
      return [openRevokeKey(route.key, context.now)];
    case "delete-key":
      return [openDeleteKey(route.key)];
    case "filter":
      return [openFilter(route.filter)];
    case "event":
      return [openEvent(route.events, route.at)];
    case "user":
      return openUser(route.user);
    case "add-user":
      return [openAddUser()];
    case "set-role":
      return [openSetRole(route.user)];
    case "set-password":
      return [openSetPassword(route.whose)];
    case "ssh-keys":
      return openSshKeys(route.whose);
    case "add-ssh-key":
      return [openAddSshKey(route.whose)];
    case "palette":
      return [openPalette(route.items, route.keys)];
    case "question":
      return [openQuestion(route.question)];
    case "audit-filter":
      return [openAuditFilter(route.filter, context)];
    case "sort":
      return [openSort(route.sort, route.order)];
    case "help":
      return [openHelp(route.about)];
    case "discard-changes":
      return [openDiscardChanges()];
    case "leave-token":
      return [openLeaveToken(route)];
  }
}
