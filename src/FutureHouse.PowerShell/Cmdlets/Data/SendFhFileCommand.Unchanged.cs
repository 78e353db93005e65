using FutureHouse.Errors;
using FutureHouse.PowerShell.Pipeline;
using FutureHouse.Transfer;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <content>What is there unchanged is left alone.</content>
public sealed partial class SendFhFileCommand
{
    private readonly Dictionary<Guid, StoredFiles> _stored = [];
    private readonly Dictionary<Guid, Guid?> _datasetOfParent = [];

    /// <summary>What the dataset holds, read once a dataset, and each parent once; <see langword="null"/> where nobody asks.</summary>
    private StoredFiles? Stored(TransferEngine transfers, string path)
    {
        if (!SkipUnchanged)
        {
            return null;
        }

        var dataset = DatasetId;
        if (dataset is null && ParentId is { } parent && !_datasetOfParent.TryGetValue(parent, out dataset))
        {
            _datasetOfParent[parent] = dataset = Run(token => Use().GetClient().GetEntryAsync(parent, default, token)).DatasetId;
        }

        if (dataset is not { } id)
        {
            throw new InvalidRequestException(Text(SendStrings.WhereUnchanged, path)) { Target = path };
        }

        if (!_stored.TryGetValue(id, out var stored))
        {
            _stored[id] = stored = Run(token => transfers.ReadStoredAsync(id, token));
        }

        return stored;
    }

    /// <summary>Writes an entry that was made, in its turn, and says of one that was there already that it is. From any thread.</summary>
    private void Give(DataEntry entry, string path, StoredFiles? stored, WorkItem turn) => turn.Say(() =>
    {
        if (stored?.Has(entry) == true)
        {
            WriteVerbose(Text(SendStrings.Unchanged, path, entry.Id));
        }
        else
        {
            WriteObject(entry);
        }
    });
}
