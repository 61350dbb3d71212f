package model

// The names of the commands that a person sends to the account. Everything that names one, a menu, a choice or a sentence,
// takes it from here: a choice whose command the bot does not know answers its digit with nothing.
const (
	CommandHome     = "我家"
	CommandAid      = "补贴"
	CommandAsk      = "问账"
	CommandVisit    = "走访"
	CommandBind     = "绑定"
	CommandComeBack = "手机号"
	CommandHelp     = "帮助"
	CommandMine     = "我的户"
	CommandIssue    = "发绑定码"
	CommandProxy    = "代看"
	CommandLooks    = "谁看过"

	CommandSeers    = "谁能看我家"
	CommandStranger = "不认识"
	CommandUnbind   = "解除绑定"

	CommandDividend = "分红"
	CommandHow      = "怎么算"

	CommandMonth   = "本月"
	CommandRecord  = "记录"
	CommandExcuse  = "请假"
	CommandNeeds   = "难事"
	CommandRaise   = "反映"
	CommandCame    = "来过"
	CommandNotCame = "没来"
	CommandSettle  = "办得怎样"
	CommandRate    = "评价"
	CommandTold    = "已告知"
	CommandNotice  = "政策"
	CommandMore    = "补充"
	CommandPocket  = "自费"
	CommandPromise = "答应"
	CommandCorrect = "更正"

	CommandMoney   = "查钱"
	CommandMissing = "没到账"
	CommandLoan    = "借款"

	CommandPhone    = "干部电话"
	CommandPerson   = "人工"
	CommandCallBack = "回电话"
	CommandHandOver = "转交扶贫办"
	CommandComplain = "投诉"
	CommandLife     = "家里有变化"
	CommandReport   = "说困难"

	CommandWhoCame  = "谁来过"
	CommandFixed    = "办好了"
	CommandNotFixed = "没办好"
	CommandTakeBack = "撤回"
	CommandUndo     = "撤销"

	CommandHousePhone = "户里电话"
	CommandOwnPhone   = "公开电话"

	CommandStop   = "退订"
	CommandResume = "恢复提醒"
	CommandPublic = "公示"

	CommandYes    = "对"
	CommandNo     = "不对"
	CommandBack   = "返回"
	CommandRepeat = "再说一遍"
	CommandThanks = "谢谢"
	CommandGreet  = "你好"

	CommandApply        = "办事"
	CommandWhyNot       = "为什么没有"
	CommandApplications = "我的申请"
)
