package bot

import "bangfu/repo/wechat"

// Menu is the account's menu; every button is a command of the table.
func Menu() []wechat.Button {
	click := func(name, command string) wechat.Button {
		return wechat.Button{Type: "click", Name: name, Key: command}
	}
	return []wechat.Button{
		click("我家", cmdHome),
		{Name: "查一查", Sub: []wechat.Button{click("补贴", cmdAid), click("走访", cmdVisit)}},
		{Name: "更多", Sub: []wechat.Button{click("绑定", cmdBind), click("我的户(干部)", cmdMine), click("帮助", cmdHelp)}},
	}
}
