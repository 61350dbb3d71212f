import type { Component } from 'vue'
import type { Permission } from '../api/types'

export interface Page {
  path: string
  title: string
  may: Permission
  open: () => Promise<Component>
  menu?: { group: '日常' | '钱物' | '合作社' | '宣传' | '数据' | '管理'; icon: Component }
}
