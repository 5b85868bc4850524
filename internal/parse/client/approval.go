package client

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// approvalValues are the settings that let an agent act without asking, with the
// value that does so.
var approvalValues = []struct {
	path  []string
	value string
}{
	{[]string{"permissions", "defaultMode"}, "bypassPermissions"},
	{[]string{"skipDangerousModePermissionPrompt"}, "true"},
	{[]string{"chat.tools.autoApprove"}, "true"},
	{[]string{"chat.tools.global.autoApprove"}, "true"},
	{[]string{"autoAccept"}, "true"},
	{[]string{"tools", "autoAccept"}, "true"},
	{[]string{"general", "defaultApprovalMode"}, "yolo"},
	{[]string{"approvalMode"}, "yolo"},
	{[]string{"tools", "approvalMode"}, "yolo"},
	{[]string{"approval_policy"}, "never"},
	{[]string{"sandbox_mode"}, "danger-full-access"},
}

// approvalSettings reads what a project's settings allow for all who open it.
func approvalSettings(root *doc.Node, out *evidence.Snapshot) {
	if field := root.Field("enableAllProjectMcpServers"); field != nil {
		if yes, _ := field.Value.Bool(); yes {
			out.Approvals = append(out.Approvals, field.Name.Located())
		}
	}
	for _, setting := range approvalValues {
		if node := root.Get(setting.path...); node != nil && node.Text.Value == setting.value {
			out.Approvals = append(out.Approvals, evidence.Text{Value: strings.Join(setting.path, ".") + ": " + setting.value, At: node.At()})
		}
	}
	for _, allowed := range root.Get("permissions", "allow").Strings() {
		if opens(allowed.Value) {
			out.Approvals = append(out.Approvals, evidence.Text{Value: "permissions.allow: " + allowed.Value, At: allowed.At()})
		}
	}
}

// opens tells the permissions that allow tools of servers, or any command at all.
func opens(permission string) bool {
	switch permission {
	case "*", "Bash", "Bash(*)", "Bash(:*)", "Bash(**)":
		return true
	}
	return strings.HasPrefix(permission, "mcp__")
}
