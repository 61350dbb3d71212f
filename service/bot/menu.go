package bot

import "bangfu/repo/wechat"

// Menu is the account's menu, for households and those who are not known yet; every button is a command
// of the table.
func Menu() []wechat.Button {
	return []wechat.Button{
		click(cmdHome, cmdHome),
		{Name: "查一查", Sub: []wechat.Button{click(cmdAid, cmdAid), click(cmdDividend, cmdDividend), click(cmdVisit, cmdVisit), click(cmdApply, cmdApply), click(cmdSettle, cmdSettle)}},
		{Name: "更多", Sub: []wechat.Button{click(cmdRaise, cmdRaise), click(cmdBind, cmdBind), click(cmdProxy, cmdProxy), click(cmdHelp, cmdHelp)}},
	}
}

// CadreMenu is what people with the cadres' tag see in its place.
func CadreMenu() []wechat.Button {
	return []wechat.Button{
		click(cmdRecord, cmdRecord), click(cmdMonth, cmdMonth),
		{Name: "更多", Sub: []wechat.Button{click(cmdMine, cmdMine), click(cmdNeeds, cmdNeeds), click(cmdExcuse, cmdExcuse), click(cmdIssue, cmdIssue), click(cmdHelp, cmdHelp)}},
	}
}

func click(name, command string) wechat.Button {
	return wechat.Button{Type: "click", Name: name, Key: command}
}
