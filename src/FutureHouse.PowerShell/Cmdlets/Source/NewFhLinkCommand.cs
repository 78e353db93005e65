using System.Management.Automation;
using System.Security;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Cmdlets.Data;

namespace FutureHouse.PowerShell.Cmdlets.Source;

/// <summary>Keeps a link, with what one needs to know to use it (Protocol §2).</summary>
[Cmdlet(VerbsCommon.New, "FhLink", SupportsShouldProcess = true)]
[OutputType(typeof(DataEntry))]
public sealed class NewFhLinkCommand : CreatingCmdlet
{
    /// <summary>Name of the entry.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Name { get; set; }

    /// <summary>The address.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Uri { get; set; }

    /// <summary>How to use it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string? Instructions { get; set; }

    /// <summary>The key that the address asks for.</summary>
    [Parameter]
    [Secret]
    public SecureString? ApiKey { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord() => ForItem(Name, () =>
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new InvalidRequestException(CmdletStrings.EmptyName);
        }

        var address = Checked();
        var description = Text(SourceStrings.CreateLink, Name, address);
        if (!ShouldProcess(description, Text(CmdletStrings.Sure, description), CmdletStrings.ConfirmCaption))
        {
            return;
        }

        var client = Use().GetClient();
        var metadata = PlainMetadata();
        var request = new CreateEntryRequest
        {
            Name = Name,
            Description = Description,
            Embedding = Embedding,
            Existing = ExistingLocation.Link(address, Instructions, ApiKey, metadata),
            ParentId = ParentId,
            ProjectId = ProjectId,
            DatasetId = DatasetId,
            Tags = Tags,
            Metadata = metadata,
        };
        WriteObject(Run(token => client.RegisterSourceAsync(request, token)));
    });

    /// <summary>The address as it was typed, once it is one that others can use.</summary>
    private string Checked()
    {
        var text = Uri?.Trim();
        return !System.Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Host.Length == 0 && !uri.IsFile) ? throw Wrong(SourceStrings.LinkUri)
            : uri.IsFile ? throw Wrong(SourceStrings.LinkFile)
            : uri.UserInfo.Contains(':', StringComparison.Ordinal) ? throw Wrong(SourceStrings.LinkPassword)
            : text;
    }

    private InvalidRequestException Wrong(string format) => new(Text(format, Name)) { Target = Name };
}
