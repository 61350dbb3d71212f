// What the console consists of. An area lists its pages; a page says which permission opens it and where the menu has it.
import { aid } from './aid'
import { aidday } from './aidday'
import { alerts } from './alerts'
import { broadcasts } from './broadcasts'
import { coop } from './coop'
import { disclosures } from './disclosures'
import { exchange } from './exchange'
import { funds } from './funds'
import { households } from './households'
import { ledger } from './ledger'
import { needs } from './needs'
import { notices } from './notices'
import { organisation } from './organisation'
import type { Page } from './page'
import { pairings } from './pairings'
import { reports } from './reports'
import { session } from './session'
import { settings } from './settings'
import { staff } from './staff'
import { talk } from './talk'
import { today } from './today'

export const pages: Page[] = [
  ...today, ...households, ...pairings, ...aidday, ...needs, ...aid, ...ledger, ...funds, ...reports, ...coop, ...notices,
  ...broadcasts, ...talk, ...disclosures, ...exchange, ...organisation, ...settings, ...alerts, ...staff, ...session,
]

export const menuGroups = ['日常', '钱物', '合作社', '宣传', '数据', '管理'] as const
