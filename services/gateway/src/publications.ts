import type { Publications } from '@countersign/service';
import { agentPublications } from './agent/publish.ts';
import { apiKeyPublications } from './apikey/publish.ts';
import { groupPublications } from './group/publish.ts';
import { invitationPublications } from './invitation/publish.ts';
import { killSwitchPublications } from './killswitch/publish.ts';
import { organizationPublications } from './organization/publish.ts';
import { projectPublications } from './project/publish.ts';
import { roleCatalogPublications } from './rolecatalog/publish.ts';
import { toolPublications } from './tool/publish.ts';
import { toolCallPublications } from './toolcall/publish.ts';
import { userPublications } from './user/publish.ts';
import { workspacePublications } from './workspace/publish.ts';

/** Stored events of the gateway as public ones. */
export const gatewayPublications: Publications = [
  ...toolCallPublications,
  ...killSwitchPublications,
  ...agentPublications,
  ...toolPublications,
  ...userPublications,
  ...apiKeyPublications,
  ...organizationPublications,
  ...roleCatalogPublications,
  ...workspacePublications,
  ...projectPublications,
  ...groupPublications,
  ...invitationPublications,
];
