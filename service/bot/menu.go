package bot

import (
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// Menu is the account's menu, for households and those who are not known yet; every button is a command
// of the table.
func Menu() []wechat.Button {
	return []wechat.Button{
		click(model.CommandHome, model.CommandHome),
		{Name: "查一查", Sub: []wechat.Button{click(model.CommandAid, model.CommandAid), click(model.CommandDividend, model.CommandDividend), click(model.CommandVisit, model.CommandVisit), click(model.CommandApply, model.CommandApply), click(model.CommandSettle, model.CommandSettle)}},
		{Name: "更多", Sub: []wechat.Button{click(model.CommandRaise, model.CommandRaise), click(model.CommandBind, model.CommandBind), click(model.CommandProxy, model.CommandProxy), click(model.CommandHelp, model.CommandHelp)}},
	}
}

// CadreMenu is what people with the cadres' tag see in its place.
func CadreMenu() []wechat.Button {
	return []wechat.Button{
		click(model.CommandRecord, model.CommandRecord), click(model.CommandMonth, model.CommandMonth),
		{Name: "更多", Sub: []wechat.Button{click(model.CommandMine, model.CommandMine), click(model.CommandNeeds, model.CommandNeeds), click(model.CommandExcuse, model.CommandExcuse), click(model.CommandIssue, model.CommandIssue), click(model.CommandHelp, model.CommandHelp)}},
	}
}

func click(name, command string) wechat.Button {
	return wechat.Button{Type: "click", Name: name, Key: command}
}
