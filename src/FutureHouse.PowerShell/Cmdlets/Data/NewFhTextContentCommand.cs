using System.Management.Automation;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Formatting;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Keeps text (Protocol §2).</summary>
[Cmdlet(VerbsCommon.New, "FhTextContent", SupportsShouldProcess = true)]
[OutputType(typeof(DataEntry))]
public sealed class NewFhTextContentCommand : CreatingCmdlet
{
    private readonly StringBuilder _lines = new();
    private bool _isByProperty;
    private bool _joins;
    private bool _any;

    /// <summary>Name of the entry.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf]
    public string? Name { get; set; }

    /// <summary>The text.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [ContentOf]
    public string[] Content { get; set; } = [];

    /// <summary>Name or path to keep with it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string? FilePath { get; set; }

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        _isByProperty = MyInvocation.ExpectingInput && !IsBound(nameof(Name)) && !IsBound(nameof(Content)); // an object has both
        _joins = MyInvocation.ExpectingInput && Name is not null && !IsBound(nameof(Content)); // strings piped in with one name are lines of one entry
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        if (!_joins)
        {
            Create(Content is [var one] ? one : Lines(Content));
            return;
        }

        _any = true;
        _lines.Append(Lines(Content));
    }

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        if (_joins && _any)
        {
            Create(_lines.ToString());
        }
    }

    /// <summary>Each line with its end, as Set-Content writes them.</summary>
    private static string Lines(string[] lines) => string.Concat(lines.Select(l => l + Environment.NewLine));

    private void Create(string text)
    {
        if (_isByProperty && text.Length == 0)
        {
            Report(new InvalidRequestException(Text(BindingStrings.BlankContent, Name)) { Target = Name }, Name);
            return;
        }

        if (!ShouldProcess(Text(CmdletStrings.CreateText, Name, ByteSize.Format(Encoding.UTF8.GetByteCount(text))), Text(CmdletStrings.Sure, Text(CmdletStrings.CreateText, Name, string.Empty)), CmdletStrings.ConfirmCaption))
        {
            return;
        }

        ForItem(Name, () =>
        {
            if (string.IsNullOrWhiteSpace(Name))
            {
                throw new InvalidRequestException(CmdletStrings.EmptyName);
            }

            var client = Use().GetClient();
            var request = new CreateEntryRequest
            {
                Name = Name,
                Description = Description,
                Content = text,
                Embedding = Embedding,
                FilePath = FilePath,
                ParentId = ParentId,
                ProjectId = ProjectId,
                DatasetId = DatasetId,
                Tags = Tags,
                Metadata = PlainMetadata(),
            };
            WriteObject(Run(token => client.CreateEntryAsync(request, token)));
        });
    }
}
