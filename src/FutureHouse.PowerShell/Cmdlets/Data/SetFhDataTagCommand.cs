using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Sets the tags of entries, or adds some (Protocol §2).</summary>
[Cmdlet(VerbsCommon.Set, "FhDataTag", SupportsShouldProcess = true)]
[OutputType(typeof(DataEntry))]
public sealed class SetFhDataTagCommand : ConnectedCmdlet
{
    /// <summary>The entries.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>The tags; none take them all away.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection]
    [TextOf(EmptyListMeans = true)]
    public string[] Tag { get; set; } = [];

    /// <summary>Keeps the tags there are and adds these.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter Append { get; set; }

    /// <summary>Gives the entry as it is then.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        if (Tag.Any(string.IsNullOrWhiteSpace))
        {
            ThrowTerminatingError(ErrorTable.Record(new InvalidRequestException(SearchStrings.EmptyTag), null));
        }

        foreach (var text in Id)
        {
            ForItem(text, () =>
            {
                var id = EntryReader.Parse(text);
                var description = Text(Append ? SearchStrings.AddTags : SearchStrings.SetTags, id, Tag.Length == 0 ? SearchStrings.NoTags : string.Join(", ", Tag.Select(t => $"'{t}'")));
                if (!ShouldProcess(description, Text(CmdletStrings.Sure, description), CmdletStrings.ConfirmCaption))
                {
                    return;
                }

                var client = Use().GetClient();
                var entry = Run(token => ChangeAsync(client, id, token));
                if (PassThru)
                {
                    WriteObject(entry);
                }
            });
        }
    }

    private async Task<DataEntry> ChangeAsync(PlatformClient client, EntryId id, CancellationToken token)
    {
        if (!Append)
        {
            return await client.SetEntryTagsAsync(id, [.. Tag.Distinct(StringComparer.Ordinal)], token).ConfigureAwait(false);
        }

        // There is no route that adds: what is there is read, and set together with what is new.
        var entry = await client.GetEntryAsync(id, default, token).ConfigureAwait(false);
        var tags = (entry.Tags ?? []).Concat(Tag).Distinct(StringComparer.Ordinal).ToList();
        return tags.Count == (entry.Tags?.Count ?? 0) ? entry : await client.SetEntryTagsAsync(id, tags, token).ConfigureAwait(false);
    }
}
