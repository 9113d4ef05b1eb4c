import { itFoldsItsStoredFixtures, stateOf } from '@countersign/service/testing';
import { agent } from './agent/decide.ts';
import { apiKey } from './apikey/decide.ts';
import { group } from './group/decide.ts';
import { invitation } from './invitation/decide.ts';
import { killSwitch } from './killswitch/decide.ts';
import { organization } from './organization/decide.ts';
import { project } from './project/decide.ts';
import { gatewayPublications } from './publications.ts';
import { roleCatalog } from './rolecatalog/decide.ts';
import { tool } from './tool/decide.ts';
import { toolCall } from './toolcall/decide.ts';
import { upcastToolCall } from './toolcall/upcast.ts';
import { user } from './user/decide.ts';
import { workspace } from './workspace/decide.ts';

itFoldsItsStoredFixtures('gateway', {
  publications: gatewayPublications,
  states: {
    toolcall: stateOf(toolCall, upcastToolCall),
    killswitch: stateOf(killSwitch),
    agent: stateOf(agent),
    tool: stateOf(tool),
    user: stateOf(user),
    apikey: stateOf(apiKey),
    organization: stateOf(organization),
    rolecatalog: stateOf(roleCatalog),
    workspace: stateOf(workspace),
    project: stateOf(project),
    group: stateOf(group),
    invitation: stateOf(invitation),
  },
});
