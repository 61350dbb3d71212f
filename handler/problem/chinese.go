package problem

import (
	"strings"

	"github.com/danielgtaylor/huma/v2/validation"
)

// chineseChecks words huma's checks for people. Those that no route uses keep huma's words.
func chineseChecks() {
	validation.MsgUnexpectedProperty = "没有这一项"
	validation.MsgExpectedRFC3339DateTime = "要写成2017-12-05T08:00:00+08:00这样的时间"
	validation.MsgExpectedRFC3339Date = "要写成2017-12-05这样的日期"
	validation.MsgExpectedBoolean = "要写true或false"
	validation.MsgExpectedNumber = "要写数字"
	validation.MsgExpectedInteger = "要写整数"
	validation.MsgExpectedString = "要写文字"
	validation.MsgExpectedArray = "要写一组"
	validation.MsgExpectedObject = "要写一个对象"
	validation.MsgExpectedOneOf = "只能是这些之一:%s"
	validation.MsgExpectedMinimumNumber = "不能小于%v"
	validation.MsgExpectedMaximumNumber = "不能大于%v"
	validation.MsgExpectedMinLength = "至少%d个字"
	validation.MsgExpectedMaxLength = "最多%d个字"
	validation.MsgExpectedBePattern = "写法不对,应为%s"
	validation.MsgExpectedMatchPattern = "写法不对,应合乎%s"
	validation.MsgExpectedMinItems = "至少%d项"
	validation.MsgExpectedMaxItems = "最多%d项"
	validation.MsgExpectedRequiredProperty = "缺少%s"
}

// plain words what huma's decoder says, which is fixed in its code.
func plain(message string) string {
	switch {
	case strings.Contains(message, "invalid character"), strings.Contains(message, "unexpected end of JSON"),
		strings.Contains(message, "cannot unmarshal"):
		return "不是合格的JSON"
	case message == "request body is required":
		return "没有内容"
	case message == "invalid integer":
		return "要写整数"
	case message == "required query parameter is missing", message == "required path parameter is missing",
		message == "required header parameter is missing":
		return "缺少这一项"
	}
	return message
}
