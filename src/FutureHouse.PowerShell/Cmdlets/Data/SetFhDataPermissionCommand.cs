using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Sets who may read entries (Protocol §2).</summary>
[Cmdlet(VerbsCommon.Set, "FhDataPermission", SupportsShouldProcess = true)]
[OutputType(typeof(DataEntry))]
public sealed class SetFhDataPermissionCommand : ConnectedCmdlet
{
    /// <summary>The entries.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>Private, Shared or Public.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Given]
    public ShareStatus ShareStatus { get; set; }

    /// <summary>E-mail addresses of users that may read it.</summary>
    [Parameter]
    [TextOf]
    public string[]? User { get; set; }

    /// <summary>Organisations whose users may read it.</summary>
    [Parameter]
    [TextOf]
    public string[]? Organization { get; set; }

    /// <summary>Gives the entry as it is then.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter PassThru { get; set; }

    private List<string> Named => [.. User ?? [], .. Organization ?? []];

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        var problem = ShareStatus is not (ShareStatus.Private or ShareStatus.Shared or ShareStatus.Public) ? SearchStrings.ShareStatusUnknown
            : ShareStatus == ShareStatus.Shared && Named.Count == 0 ? SearchStrings.ShareWithNobody
            : ShareStatus != ShareStatus.Shared && Named.Count > 0 ? Text(SearchStrings.ShareWithSome, ShareStatus)
            : Named.Exists(string.IsNullOrWhiteSpace) ? SearchStrings.ShareEmpty
            : null;
        if (problem is not null)
        {
            ThrowTerminatingError(ErrorTable.Record(new InvalidRequestException(problem), null));
        }
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var text in Id)
        {
            ForItem(text, () =>
            {
                var id = EntryReader.Parse(text);
                var description = ShareStatus switch
                {
                    ShareStatus.Private => Text(SearchStrings.SharePrivate, id),
                    ShareStatus.Public => Text(SearchStrings.SharePublic, id),
                    _ => Text(SearchStrings.ShareWith, id, string.Join(", ", Named)),
                };
                if (!ShouldProcess(description, Text(CmdletStrings.Sure, description), CmdletStrings.ConfirmCaption))
                {
                    return;
                }

                var client = Use().GetClient();
                var accessors = ShareStatus == ShareStatus.Shared ? new PermittedAccessors(User is { Length: > 0 } ? User : null, Organization is { Length: > 0 } ? Organization : null) : null;
                var entry = Run(token => client.SetEntryPermissionsAsync(id, ShareStatus, accessors, token));
                if (PassThru)
                {
                    WriteObject(entry);
                }
            });
        }
    }
}
