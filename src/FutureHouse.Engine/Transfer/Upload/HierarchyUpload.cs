using System.Threading.Channels;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// Sends a directory as a hierarchy. One task walks, hands out and reports; up to so many others make entries. A
/// directory's entry begins when its parent's is made and, unless the
/// manifest describes it, when the walk has left it: its generated description names its files. The walk runs ahead of
/// the work by so many items, and further only while
/// nothing else can be done, inside a directory whose end has to be known.
/// </summary>
internal sealed class HierarchyUpload(TransferContext context, FileUpload files, TreeUploadRequest request, ITreeUploadObserver observer)
{
    private const int LookAhead = 4096;

    private readonly Channel<(TreeNode Node, DataEntry? Entry, Exception? Error)> _done = Channel.CreateUnbounded<(TreeNode, DataEntry?, Exception?)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<TreeNode> _ready = new();
    private readonly Stack<TreeDirectory> _path = new();
    private HierarchyJournal _journal = null!;
    private Guid? _dataset;
    private int _running;
    private long _buffered;
    private long _uploaded = 1;
    private long _failed;
    private long _notSent;

    public async Task<TreeUploadResult> RunAsync(CancellationToken cancellationToken)
    {
        FileUpload.CheckMetadata(request.Metadata, request.Root);

        // A directory that cannot be read at all makes no entry.
        using var items = request.Items.GetEnumerator();
        var begun = items.MoveNext();
        var said = request.Manifest?.For(string.Empty, isDirectory: true);
        var wanted = Directory(request.Name, request.Description ?? said?.Description, said, request.ParentId, request.DatasetId) with { Embedding = request.Embedding };
        using var journal = await HierarchyJournal.OpenAsync(context, request, wanted, cancellationToken).ConfigureAwait(false);
        _journal = journal;
        var (root, isNew) = await DirectoryAsync(wanted, string.Empty, request.Root, cancellationToken).ConfigureAwait(false);
        await journal.LookAsync(root, isNew, cancellationToken).ConfigureAwait(false);
        _dataset = root.DatasetId ?? request.DatasetId;
        observer.Uploaded(null, root);
        var top = new TreeDirectory(null, null);
        top.Made(root.Id);
        _path.Push(top);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await WorkAsync(items, begun, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            // A walk or an observer that threw: nothing goes on behind the caller's back.
            await stop.CancelAsync().ConfigureAwait(false);
            while (_running > 0)
            {
                await _done.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                _running--;
            }
        }

        if (_failed == 0 && _notSent == 0)
        {
            await journal.EndAsync(cancellationToken).ConfigureAwait(false);
        }

        return new TreeUploadResult(root, _uploaded, _failed, _notSent);
    }

    private async Task WorkAsync(IEnumerator<TreeItem> items, bool? begun, CancellationToken cancellationToken)
    {
        var more = true;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_done.Reader.TryRead(out var done))
            {
                Finish(done.Node, done.Entry, done.Error);
            }

            while (_running < Math.Max(1, request.Concurrency) && _ready.TryDequeue(out var node))
            {
                Start(node, cancellationToken);
            }

            if (more && (_buffered < LookAhead || _running < Math.Max(1, request.Concurrency)))
            {
                more = begun ?? items.MoveNext();
                begun = null;
                Walk(more ? items.Current : null);
            }
            else if (_running > 0)
            {
                var done = await _done.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                Finish(done.Node, done.Entry, done.Error);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Takes the walk's next item, or its end.</summary>
    private void Walk(TreeItem? item)
    {
        while (_path.TryPeek(out var open) && !open.Holds(item))
        {
            _path.Pop();
            open.IsLeft = true;
            if (open.Error is not null)
            {
                Report(open);
            }
            else if (!open.IsDescribed && open is { Item: not null, LostBy: null })
            {
                Enqueue(open);
            }
        }

        if (item is null)
        {
            return;
        }

        var parent = _path.Peek();
        if (item.RelativePath.LastIndexOf('/') != (parent.Item?.RelativePath.Length ?? -1))
        {
            throw new InvalidOperationException(TransferContext.Format(TreeMessages.NotBelow, item.RelativePath));
        }

        TreeNode node;
        if (item.IsDirectory)
        {
            var directory = new TreeDirectory(item, parent) { IsDescribed = !string.IsNullOrEmpty(Said(item)?.Description), LostBy = parent.LostBy };
            _path.Push(directory);
            node = directory;
        }
        else
        {
            node = new TreeNode(item, parent);
            parent.Files.Add(node.Name, Said(item)?.Description);
        }

        if (parent.LostBy is { } lost)
        {
            lost.Lost++;
            _notSent++;
            return;
        }

        _buffered++;
        if (node is not TreeDirectory { IsDescribed: false })
        {
            Enqueue(node);
        }
    }

    private void Enqueue(TreeNode node)
    {
        if (node.Parent!.Id is null)
        {
            node.Parent.Wait(node);
        }
        else
        {
            _ready.Enqueue(node);
        }
    }

    private void Start(TreeNode node, CancellationToken cancellationToken)
    {
        var progress = node is TreeDirectory ? null : observer.Starting(node.Item!);
        _buffered--;
        _running++;
        _ = Task.Run(
            async () =>
            {
                try
                {
                    var entry = await MakeAsync(node, progress, cancellationToken).ConfigureAwait(false);
                    _done.Writer.TryWrite((node, entry, null));
                }
#pragma warning disable CA1031 // whatever it is, it is handed to the task that waits for it
                catch (Exception e)
#pragma warning restore CA1031
                {
                    _done.Writer.TryWrite((node, null, e));
                }
            },
            CancellationToken.None);
    }

    private async Task<DataEntry> MakeAsync(TreeNode node, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var item = node.Item!;
        var said = Said(item);
        if (node is TreeDirectory directory)
        {
            var description = directory.IsDescribed ? said!.Description : directory.Files.OfDirectory(node.Name);
            return (await DirectoryAsync(Directory(node.Name, description, said, node.Parent!.Id, _dataset), item.RelativePath, item.FullPath, cancellationToken).ConfigureAwait(false)).Entry;
        }

        var file = new UploadRequest
        {
            Path = item.FullPath,
            Name = node.Name,
            Description = string.IsNullOrEmpty(said?.Description) ? GeneratedDescription.OfFile(node.Name) : said.Description,
            DestinationPath = string.IsNullOrWhiteSpace(request.DestinationPath) ? item.RelativePath : $"{request.DestinationPath.TrimEnd('/')}/{item.RelativePath}",
            DatasetId = _dataset,
            ProjectId = request.ProjectId,
            ParentId = node.Parent!.Id,
            Tags = request.Tags,
            Metadata = said?.Over(request.Metadata) ?? request.Metadata,
            Stored = request.Stored,
            JournalKey = item.RelativePath,
            Hierarchy = _journal,
        };
        return await files.RunAsync(file, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(DataEntry Entry, bool IsNew)> DirectoryAsync(CreateEntryRequest directory, string item, string path, CancellationToken cancellationToken)
    {
        var upload = _journal.Of(item, path);
        var there = await upload.ResumeAsync(default, 0, directory.ParentId, cancellationToken).ConfigureAwait(false)
            ?? (request.Stored is { } stored ? await stored.FindDirectoryAsync(context, directory.ParentId, directory.Name, cancellationToken).ConfigureAwait(false) : null);
        directory = directory with { Metadata = FileMetadata.OfDirectory(directory.Metadata, path) };
        return there is not null ? (there, false) : (await upload.CreateAsync(directory, default, null, cancellationToken).ConfigureAwait(false), true);
    }

    private void Finish(TreeNode node, DataEntry? entry, Exception? error)
    {
        _running--;
        if (entry is not null)
        {
            _uploaded++;
            observer.Uploaded(node.Item, entry);
            foreach (var child in (node as TreeDirectory)?.Made(entry.Id) ?? [])
            {
                _ready.Enqueue(child);
            }

            return;
        }

        // Without a log-in nothing more can be sent: one error, not one for each item.
        if (error is AuthenticationFailedException or not (FutureHouseException or IOException or UnauthorizedAccessException or HttpRequestException))
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error!);
        }

        var item = node.Item!;
        var known = error as FutureHouseException ?? new UploadFailedException(TransferContext.Format(TreeMessages.ItemFailed, item.FullPath, error.Message), error) { Target = item.FullPath };
        _failed++;
        if (node is not TreeDirectory directory)
        {
            // An entry that the service refused names the entry; who sent a tree needs the path.
            observer.Failed(item, item.FullPath.Equals(known.Target) ? known : Wrap(TransferContext.Format(TreeMessages.ItemFailed, item.FullPath, known.Message), known, item));
            return;
        }

        var lost = directory.Fail(known, _path.Reverse());
        _notSent += lost;
        _buffered -= lost;
        if (directory.IsLeft)
        {
            Report(directory);
        }
    }

    private void Report(TreeDirectory directory)
    {
        var item = directory.Item!;
        var format = directory.Lost == 0 ? TreeMessages.DirectoryFailed : TreeMessages.DirectoryFailedWith;
        observer.Failed(item, Wrap(TransferContext.Format(format, item.FullPath, directory.Error!.Message, directory.Lost), directory.Error, item));
    }

    private static UploadFailedException Wrap(string message, FutureHouseException cause, TreeItem item) =>
        new(message, cause) { Target = item.FullPath, EntryId = cause.EntryId, StatusCode = cause.StatusCode, ServiceDetail = cause.ServiceDetail, RequestId = cause.RequestId, IsTransient = cause.IsTransient };

    private ManifestEntry? Said(TreeItem item) => request.Manifest?.For(item.RelativePath, item.IsDirectory);

    private CreateEntryRequest Directory(string name, string? description, ManifestEntry? said, Guid? parent, Guid? dataset) => new()
    {
        Name = name,
        Description = description,
        ParentId = parent,
        ProjectId = request.ProjectId,
        DatasetId = dataset,
        Tags = request.Tags,
        Metadata = said?.Over(request.Metadata) ?? request.Metadata,
    };
}
